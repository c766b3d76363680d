# chart.mk: style sheets become C strings: pipeline/ROOM/NAME.css -> NAME_css in build/pipeline/ROOM/NAME.css.h

$(BUILD)/pipeline/%.css.h: pipeline/%.css pipeline/chart/embed-css.sh
	@mkdir -p $(@D)
	$(call say,CSS )sh pipeline/chart/embed-css.sh $< > $@

.SECONDARY: $(patsubst %,$(BUILD)/%.h,$(wildcard pipeline/*/*.css))
$(BUILD)/pipeline/chart/svg.o: $(BUILD)/pipeline/chart/chart.css.h
