# 中文模型：名称、标题、注释都可以是中文
model 电信营销 "来电提醒与流量营销" {
  language 1
  version "2026.11"
  timezone "Asia/Shanghai"
}

customer {
  key 客户编号: text from "客户编号"
  年龄: int?
  状态: enum(正常 "在用", 停机, 销户)
  套餐: enum(基础, 畅享, 尊享) ordered
  月均消费: decimal? "ARPU"
  入网日期: date
  已订产品: set(text)
}
events 充值 { 金额: decimal, 渠道: enum(网厅, 营业厅)? }
events 通话 { 类型: enum(本地, 漫游, 呼转), 分钟: float }
list 免打扰 "免打扰名单"

param 漫游门槛 "视为常旅客的漫游天数": int in 1 .. 31 = 5
let 漫游天数 = days(通话 where 类型 == 漫游 over last 90 days)
let 网龄 = months_between(入网日期, today)

rfm 忠诚度 of 充值 {
  monetary sum(金额)
  over last 365 days
  bins 5
}
scorecard 信用分 {
  base 300
  by 年龄 { missing -> 0, < 25 -> 10, 25 .. 40 -> 25, >= 40 -> 15 }
  by 套餐 { 基础 -> 5, [畅享, 尊享] -> 20 }
}
segment 高价值客户 = 月均消费 >= 200 and 忠诚度.total >= 12
segment 常旅客 "经常漫游的客户" = 漫游天数 >= 漫游门槛

case 流量包 "国际漫游流量包" {
  for 常旅客 or 高价值客户  # 目标客户群
  require 未订购: "漫游包" not in 已订产品 "已订购该产品"
  exclude 免打扰
  priority 50 + 忠诚度.total * 2
  offer { 价格: 30, 说明: "首月半价" }
}

test "常旅客得到流量包" {
  now 2026-11-22T10:00
  customer { 客户编号: "c1", 状态: 正常, 套餐: 畅享, 入网日期: 2024-01-01, 已订产品: [] }
  通话 [ { at: 2026-11-01T08:00, 类型: 漫游, 分钟: 3 } ]
  set 漫游门槛 = 1
  expect offered 流量包
}
