# preview.gp: training images as an experiment's augmentation makes them, as the program preview
# draws them: in the first column as they are.
#
# In: rows and columns of the sheet; image_height and image_width; gap, the pixels between images;
# title, subtitle; preview.tsv, the labels of rows; preview.bin, the whole sheet in three colours.
@heading
load scripts.'tiles.gp'
sheet_width = columns * (image_width + gap) - gap
sheet_height = rows * (image_height + gap) - gap
side = 90; below = 24
pixel = (W - side - 20.0) / sheet_width
cell_w = pixel * (image_width + gap)
cell_h = pixel * (image_height + gap)
set label 2001 'as it is' at first side, 12 left tc rgb muted
set label 2002 'as training sees it' at first side + cell_w, 12 left tc rgb muted
plot data.'preview.bin' binary array=(sheet_width,sheet_height) format='%uchar%uchar%uchar' \
        dx=pixel dy=pixel origin=(side + 0.5 * pixel, below + 0.5 * pixel) with rgbimage, \
     data.'preview.tsv' using (side - 8):(below + ($0 + 0.5) * cell_h):(stringcolumn('label')) \
        with labels right font 'Arial,12' tc rgb ink
