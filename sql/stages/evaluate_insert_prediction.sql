-- Records what a run says of an image.
INSERT INTO prediction (run, image, class, confidence, probabilities)
VALUES (:run, :image, :class, :confidence, :probabilities);
