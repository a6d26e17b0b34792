model m { language 1 }
customer { key id: text, age: int?, plan: enum(basic, plus, max), tier: enum(low, high) ordered, arpu: decimal?, joined: date, seen: time?, note: text?, consents: set(enum(sms, email, call)), products: set(text) }
context { touchpoint: enum(app, shop)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events visit { at: date, place: text }
rows line { age: int?, plan: text }
list blocked
let f0(x: int) = x + 1
let f1(x: int) = f0(x) + f0(x)
let f2(x: int) = f1(x) + f1(x)
let f3(x: int) = f2(x) + f2(x)
let f4(x: int) = f3(x) + f3(x)
let f5(x: int) = f4(x) + f4(x)
let f6(x: int) = f5(x) + f5(x)
let f7(x: int) = f6(x) + f6(x)
let f8(x: int) = f7(x) + f7(x)
let f9(x: int) = f8(x) + f8(x)
let f10(x: int) = f9(x) + f9(x)
let f11(x: int) = f10(x) + f10(x)
let f12(x: int) = f11(x) + f11(x)
let f13(x: int) = f12(x) + f12(x)
let f14(x: int) = f13(x) + f13(x)
let f15(x: int) = f14(x) + f14(x)
let f16(x: int) = f15(x) + f15(x)
let f17(x: int) = f16(x) + f16(x)
let f18(x: int) = f17(x) + f17(x)
let f19(x: int) = f18(x) + f18(x)
let f20(x: int) = f19(x) + f19(x)
let f21(x: int) = f20(x) + f20(x)
let f22(x: int) = f21(x) + f21(x)
let f23(x: int) = f22(x) + f22(x)
let f24(x: int) = f23(x) + f23(x)
let f25(x: int) = f24(x) + f24(x)
let f26(x: int) = f25(x) + f25(x)
let f27(x: int) = f26(x) + f26(x)
let f28(x: int) = f27(x) + f27(x)
let f29(x: int) = f28(x) + f28(x)
let deep(x: int) = abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(abs(x))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
let deeper = deep(deep(deep(deep(deep(deep(deep(deep(deep(deep(1))))))))))
