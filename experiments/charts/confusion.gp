# section: results
# number: 1
# classes: 64
# title: Confusion matrix, counts
# caption: Lines of the matrix are what {images} are, columns what they were taken for. Blue is right; the darker the
#   orange, the more frequent the error.
# empty: the run has not been evaluated on {images} with labels
# also: classes
# width: matrix_width
# height: matrix_height

load scripts.'matrix.gp'
