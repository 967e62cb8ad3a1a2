from imp_circle_from import other
thing = 1
