package io.rdsboot.move.assess;

import java.util.Objects;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * One thing to know before a move. Immutable.
 *
 * @param check the check that found it, such as {@code replica-identity}
 * @param level whether a move can begin all the same
 * @param side database that it was found on
 * @param subject what it is about, such as a qualified table, or {@code null} where it is
 * about the database as a whole
 * @param message what was found, and what it means for the move
 * @param action what to do, or {@code null} where there is nothing to do
 * @param statement SQL that does it on that side, to be read before it is executed, or
 * {@code null} where no single statement does
 */
public record MoveFinding(String check, Level level, Side side, @Nullable String subject, String message,
		@Nullable String action, @Nullable String statement) {

	public MoveFinding {
		Objects.requireNonNull(check, "check must not be null");
		Objects.requireNonNull(level, "level must not be null");
		Objects.requireNonNull(side, "side must not be null");
		Objects.requireNonNull(message, "message must not be null");
	}

	/**
	 * Return the finding in one line.
	 */
	@Override
	public String toString() {
		return "%s %s (%s): %s%s%s%s".formatted(this.level, this.check, this.side,
				(this.subject != null) ? this.subject + ": " : "", this.message,
				(this.action != null) ? " " + this.action : "",
				(this.statement != null) ? " " + this.statement + ";" : "");
	}

	/**
	 * What a finding means for a move, most serious first.
	 */
	public enum Level {

		/**
		 * The move cannot begin, or would lose something.
		 */
		BLOCKS,

		/**
		 * The move can begin. What the finding says has to be decided or done before it
		 * ends.
		 */
		WARNS,

		/**
		 * Worth knowing.
		 */
		NOTES

	}

}
