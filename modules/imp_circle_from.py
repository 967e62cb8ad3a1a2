from imp_circle_other import thing
other = 1
