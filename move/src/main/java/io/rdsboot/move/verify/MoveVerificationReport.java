package io.rdsboot.move.verify;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link MoveVerification} has found. Immutable.
 *
 * @param tables number of tables that were compared to their end
 * @param rows number of the source's rows that were compared
 * @param took how long it took
 * @param differenceCount exact number of differences
 * @param differences the first of them
 * @param undecidedCount exact number of rows and tables that could not be decided
 * @param undecided the first of them
 * @param vectors what searches of vector columns find
 * @param notes what does not travel with the rows, or was compared in another way
 * @param stopped why the verification ended before the last row, or {@code null} if it
 * did not
 * @param position from where another verification can resume
 */
public record MoveVerificationReport(int tables, long rows, Duration took, long differenceCount,
		List<MoveDifference> differences, long undecidedCount, List<MoveUndecided> undecided,
		List<MoveVectorComparison> vectors, List<MoveNote> notes, @Nullable String stopped,
		MoveVerificationPosition position) {

	public MoveVerificationReport {
		differences = List.copyOf(differences);
		undecided = List.copyOf(undecided);
		vectors = List.copyOf(vectors);
		notes = List.copyOf(notes);
	}

	/**
	 * Return whether all rows were compared and found the same. Says nothing of the
	 * {@link #notes()}, such as sequences, which are behind until they are set, and of
	 * what an index finds.
	 * @return whether both sides have the same rows
	 */
	public boolean isEqual() {
		return this.differenceCount == 0 && this.undecidedCount == 0 && this.stopped == null;
	}

	/**
	 * Return the report as text, a line for each difference, row that could not be
	 * decided, vector column and note.
	 */
	@Override
	public String toString() {
		Stream<Object> lines = Stream
			.of(this.differences.stream(), more(this.differenceCount, this.differences, "differences"),
					this.undecided.stream(), more(this.undecidedCount, this.undecided, "undecided"),
					this.vectors.stream(), this.notes.stream())
			.flatMap((each) -> each);
		return "%d tables, %,d rows in %,d ms: %s%n%s".formatted(this.tables, this.rows, this.took.toMillis(),
				summary(), lines.map(Object::toString).collect(Collectors.joining(System.lineSeparator())));
	}

	private String summary() {
		if (isEqual()) {
			return "both sides have the same rows";
		}
		return "%,d differences, %,d undecided%s".formatted(this.differenceCount, this.undecidedCount,
				(this.stopped != null) ? ", " + this.stopped : "");
	}

	private static Stream<String> more(long count, List<?> shown, String what) {
		return (count > shown.size()) ? Stream.of("and %,d more %s".formatted(count - shown.size(), what))
				: Stream.empty();
	}

}
