package io.rdsboot.move.verify;

import java.util.Locale;
import java.util.Objects;

/**
 * Something that the comparison of rows does not cover, and that has to be known before
 * the target is opened. Immutable.
 *
 * @param kind what it is about
 * @param subject what it is about by name, such as a qualified sequence
 * @param message what was found
 */
public record MoveNote(Kind kind, String subject, String message) {

	public MoveNote {
		Objects.requireNonNull(kind, "kind must not be null");
		Objects.requireNonNull(subject, "subject must not be null");
		Objects.requireNonNull(message, "message must not be null");
	}

	/**
	 * Return the note in one line.
	 */
	@Override
	public String toString() {
		return "%s %s: %s".formatted(this.kind, this.subject, this.message);
	}

	/**
	 * What a note is about.
	 */
	public enum Kind {

		/**
		 * How a table was compared.
		 */
		TABLE,

		/**
		 * A sequence whose next value on the target is behind.
		 */
		SEQUENCE,

		/**
		 * A view or materialised view whose rows do not travel.
		 */
		VIEW,

		/**
		 * Large objects, which do not travel.
		 */
		LARGE_OBJECTS,

		/**
		 * A vector column whose neighbours could not be compared.
		 */
		VECTORS;

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

}
