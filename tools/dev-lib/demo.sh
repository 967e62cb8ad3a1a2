# ./dev demo: the two examples on every core. ./dev sources this file.

dev_demo()
{
    build
    mkdir -p build/demo
    say 'Indexing the standard library'
    build/weft examples/index_library.py --output build/demo/index.json "$@"
    say 'Drawing the Mandelbrot set'
    build/weft examples/mandelbrot.py --output build/demo/mandelbrot.png "$@"
    say 'The results are build/demo/index.json and build/demo/mandelbrot.png'
}
