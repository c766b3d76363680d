/* teacher.h: learning from what another run predicted, where the experiment names a teacher. */
#ifndef TRAIN_TEACHER_H
#define TRAIN_TEACHER_H

#include "pipeline/train/training.h"

/* Makes t->targets from labels and from what the teacher predicted, and adds test images to
 * t->images and t->rows where that is wanted. forget undoes it. 0, or FAILED with a line in
 * t->db->error. */
int train_ask_teacher(struct training *t);
void train_forget_teacher(struct training *t);

#endif
