segment s = 1 == 1
