channel app {
  require app in consents
}

channel sms {
  require sms in consents
  quiet 21:00 .. 09:00
}
