value = 5
name = __name__
package = __package__
