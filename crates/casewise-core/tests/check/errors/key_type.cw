model m { language 1 }
subject loan { key a: decimal }
