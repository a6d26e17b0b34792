# The hotline agent speaks anyway: an offer there is no message of its own, and no quiet hours apply.
channel hotline {
  require trigger == inbound_call
}

channel sms {
  require sms in consents
  quiet 21:00 .. 09:00
}
