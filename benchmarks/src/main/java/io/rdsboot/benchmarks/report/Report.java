package io.rdsboot.benchmarks.report;

import java.util.List;
import java.util.Locale;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outcome of a run: a table of figures, their targets and whether these are met.
 *
 * @param title what was measured
 * @param figures the lines
 */
public record Report(String title, List<Figure> figures) {

	private static final Logger logger = LoggerFactory.getLogger(Report.class);

	public Report {
		figures = List.copyOf(figures);
	}

	/**
	 * Prints the table, and ends the JVM with status 1 if a target is missed, so that a
	 * script notices.
	 */
	public void publish() {
		logger.info("{}", this);
		if (!met()) {
			System.exit(1);
		}
	}

	boolean met() {
		return this.figures.stream().allMatch(Figure::met);
	}

	@Override
	public String toString() {
		int width = this.figures.stream().mapToInt((figure) -> figure.name().length()).max().orElse(0);
		String header = "%-" + width + "s  %8s  %8s  %-6s  %s%n";
		String line = "%-" + width + "s  %8.3f  %8s  %-6s  %s%n";
		StringBuilder text = new StringBuilder().append(System.lineSeparator())
			.append(this.title)
			.append(System.lineSeparator())
			.append(String.format(Locale.ROOT, header, "", "measured", "target", "", ""));
		for (Figure figure : this.figures) {
			text.append(String.format(Locale.ROOT, line, figure.name(), figure.value(),
					figure.hasTarget() ? String.format(Locale.ROOT, "<= %.2f", figure.limit()) : "", judgement(figure),
					figure.remark()));
		}
		return text.toString();
	}

	private static String judgement(Figure figure) {
		if (!figure.hasTarget()) {
			return "";
		}
		return figure.met() ? "met" : "MISSED";
	}

}
