package io.rdsboot.diagnostics.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.Finding;
import io.rdsboot.diagnostics.report.FindingLevel;
import io.rdsboot.diagnostics.report.MissingPart;
import org.jspecify.annotations.Nullable;

/**
 * Collects the findings of a section. Not thread-safe.
 */
public final class Findings {

	/**
	 * More findings of a check than these say no more, and are counted.
	 */
	private static final int MOST_FINDINGS = 50;

	private static final int MOST_ROWS = 100;

	private final String section;

	private final List<Finding> findings = new ArrayList<>();

	private final Map<String, List<Map<String, @Nullable Object>>> data = new LinkedHashMap<>();

	private final List<MissingPart> missing = new ArrayList<>();

	private String check = "";

	private int found;

	/**
	 * Begin a section.
	 */
	public Findings(String section) {
		this.section = section;
	}

	/**
	 * Let a check judge the answers.
	 */
	public void judge(Check check, List<Answer> answers) {
		this.check = check.name();
		this.found = 0;
		check.judge(answers, this);
		if (this.found > MOST_FINDINGS) {
			this.findings.add(new Finding(this.check, FindingLevel.LOOK, null, null,
					"%s more findings of this kind are not shown.".formatted(Text.number(this.found - MOST_FINDINGS)),
					"Mend the ones that are shown, and look again.", null));
		}
	}

	/**
	 * Report that something has been checked and is in order.
	 */
	public void fine(String message) {
		add(FindingLevel.FINE, null, null, message, null, null);
	}

	/**
	 * Report something to look at, or to act on.
	 */
	public void add(FindingLevel level, @Nullable String instance, @Nullable String subject, String message,
			@Nullable String action, @Nullable String statement) {
		this.found++;
		if (this.found <= MOST_FINDINGS) {
			this.findings.add(new Finding(this.check, level, instance, subject, message, action, statement));
		}
	}

	/**
	 * Return whether the check that judges has reported nothing yet.
	 */
	public boolean isEmpty() {
		return this.found == 0;
	}

	/**
	 * Return whether an instance has not answered to the check that judges.
	 */
	public boolean lacksAnswers() {
		return this.missing.stream().anyMatch((part) -> part.check().equals(this.check));
	}

	/**
	 * Report that a role sees only its own sessions, where that is so.
	 */
	public void requireStatistics(Server server) {
		if (!server.statistics()) {
			missing(server.instance().name(),
					"The role \"%s\" sees what its own sessions do, but not those of other roles."
						.formatted(server.user()),
					server.grant());
		}
	}

	/**
	 * Report the rows that are {@code locked} by DDL, and were left out therefore.
	 * @param answer the answer
	 * @param name the column with the name of the relation, beside its {@code schema}
	 */
	public void locked(Answer answer, String name) {
		for (Row row : answer.rows()) {
			if (row.is("locked")) {
				missing(answer.instance(), "%s.%s is locked by DDL, which was not waited for."
					.formatted(row.text("schema"), row.text(name)), null);
			}
		}
	}

	/**
	 * Show what a server answered.
	 */
	public void show(Answer answer) {
		show(answer.instance(), answer.rows());
	}

	/**
	 * Show values of an instance, the first of many.
	 */
	public void show(String instance, List<Row> rows) {
		List<Map<String, @Nullable Object>> shown = this.data.computeIfAbsent(this.check, (each) -> new ArrayList<>());
		rows.stream().limit(MOST_ROWS).forEach((row) -> shown.add(row.shown(instance)));
	}

	/**
	 * Report that the check that judges could not find something out.
	 */
	public void missing(@Nullable String instance, String reason, @Nullable String statement) {
		missing(this.check, instance, reason, statement);
	}

	/**
	 * Report that a check could not find something out.
	 */
	public void missing(String check, @Nullable String instance, String reason, @Nullable String statement) {
		this.missing.add(new MissingPart(check, instance, reason, statement));
	}

	/**
	 * Return the section.
	 */
	public DiagnosticsSection toSection() {
		this.findings.sort(Comparator.comparing(Finding::level).reversed());
		FindingLevel level = this.findings.isEmpty() ? null : this.findings.get(0).level();
		return new DiagnosticsSection(this.section, level, this.findings, this.data, this.missing);
	}

}
