package io.rdsboot.move.assess;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a {@link MoveAssessment} has found. Immutable.
 *
 * @param findings what was found, most serious first
 * @param tables number of tables that move, partitions not counted
 * @param bytes size of the source's database on disk
 * @param writtenBytesPerSecond how fast the source wrote its log during the assessment
 */
public record MoveAssessmentReport(List<MoveFinding> findings, int tables, long bytes, long writtenBytesPerSecond) {

	public MoveAssessmentReport {
		findings = findings.stream().sorted(Comparator.comparing(MoveFinding::level)).toList();
	}

	/**
	 * Return whether nothing blocks the move.
	 * @return whether the move can begin
	 */
	public boolean isReady() {
		return this.findings.stream().noneMatch((finding) -> finding.level() == MoveFinding.Level.BLOCKS);
	}

	/**
	 * Return the report as text, a line for each finding.
	 */
	@Override
	public String toString() {
		return "%d tables, %,d MB, %,d kB of log a second: %s%n%s".formatted(this.tables, this.bytes / (1 << 20),
				this.writtenBytesPerSecond / 1024, isReady() ? "the move can begin" : "the move cannot begin",
				this.findings.stream().map(MoveFinding::toString).collect(Collectors.joining(System.lineSeparator())));
	}

}
