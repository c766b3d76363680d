# section: results
# number: 2
# classes: 64
# title: Confusion matrix, percent
# caption: The same as shares of each line, in percent.
# empty: the run has not been evaluated on {images} with labels
# data: confusion
# also: classes
# width: matrix_width
# height: matrix_height

load scripts.'matrix.gp'
