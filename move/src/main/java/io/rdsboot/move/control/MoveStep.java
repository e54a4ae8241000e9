package io.rdsboot.move.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A step of a move.
 */
public enum MoveStep {

	/**
	 * Bring the schema of the source to the target.
	 */
	SCHEMA,

	/**
	 * Copy all rows, and let the target follow from then on.
	 */
	COPY,

	/**
	 * Take the copy back, and end the move with the source as it was.
	 */
	CANCEL,

	/**
	 * Compare the rows of both sides. Changes nothing, and takes long.
	 */
	VERIFY,

	/**
	 * Ask both sides a share of the reads, and compare the answers.
	 */
	SHADOW,

	/**
	 * Let the target serve the reads of a share of the keys.
	 */
	READ,

	/**
	 * Switch all writes to the target. The source follows from then on.
	 */
	CUTOVER,

	/**
	 * Switch all writes back to the source. The target follows from then on.
	 */
	BACK,

	/**
	 * End the move with the target as the database, and the source closed for good.
	 */
	FINISH;

	/**
	 * Return the step of a name.
	 * @param name its name in any case
	 * @throws IllegalArgumentException if there is none
	 */
	public static MoveStep of(String name) {
		return Arrays.stream(values())
			.filter((step) -> step.name().equalsIgnoreCase(name.strip()))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("A move has no step '%s'; its steps are %s".formatted(name,
					Arrays.stream(values()).map(MoveStep::toString).collect(Collectors.joining(", ")))));
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
