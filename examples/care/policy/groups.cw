group marketing "营销" {
  channels app, sms
}

# On a birthday nothing is sold.
group sales in marketing {
  exclude birthday: birthday "a birthday is not for selling"
}

# A service notice is sent whatever was sent before, and fills no cap.
group service "服务通知" {
  contacts ignored, uncounted
  channels sms, app
}
