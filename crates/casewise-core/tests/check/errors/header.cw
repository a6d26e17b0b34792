model m { language 2; timezone "Asia/Beijing" }
customer { id: text }
