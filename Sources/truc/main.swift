print("truc")
