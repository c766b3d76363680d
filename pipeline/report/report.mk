# report.mk: what the program `report` is made of beside C.

$(BUILD)/pipeline/report/html.o: $(BUILD)/pipeline/report/report.css.h
