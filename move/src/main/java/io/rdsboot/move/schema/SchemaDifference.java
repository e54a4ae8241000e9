package io.rdsboot.move.schema;

import java.util.Locale;

import io.rdsboot.move.Side;
import io.rdsboot.move.TableName;
import org.jspecify.annotations.Nullable;

/**
 * An object that source and target do not have alike. Immutable.
 *
 * @param kind what kind of object it is
 * @param name name of the object, as SQL has it
 * @param table table that it belongs to, or {@code null} if it belongs to none
 * @param side the side that alone has it, or {@code null} if both have it, in different
 * ways
 * @param message what the difference is
 * @param endangersReplication whether rows of the source may be refused by the target, so
 * that the table stops
 * @param statement SQL that mends it on the target, to be read before it is executed, or
 * {@code null} where no single statement does
 */
public record SchemaDifference(Kind kind, String name, @Nullable TableName table, @Nullable Side side, String message,
		boolean endangersReplication, @Nullable String statement) {

	/**
	 * Return the difference in one line.
	 */
	@Override
	public String toString() {
		return "%s %s: %s%s".formatted(this.kind, this.name, this.message,
				(this.statement != null) ? " On the target: " + this.statement + ";" : "");
	}

	/**
	 * Kind of an object. The statements of differences can be executed in this order.
	 */
	public enum Kind {

		/** Extension. Versions are compared by the assessment. */
		EXTENSION,

		/** Schema. */
		SCHEMA,

		/** Enum, domain or composite type. */
		TYPE,

		/**
		 * Sequence, except that of an identity column. Where it stands is not compared.
		 */
		SEQUENCE,

		/** Table or partition. */
		TABLE,

		/** Column: type, nullability, default, identity, generated. */
		COLUMN,

		/** Constraint: primary key, unique, check, exclusion, foreign key. */
		CONSTRAINT,

		/** Index that belongs to no constraint. */
		INDEX,

		/** Function or procedure. */
		FUNCTION,

		/** View or materialized view. */
		VIEW,

		/** Trigger. */
		TRIGGER,

		/** Policy of row-level security. */
		POLICY,

		/** Migration that Flyway has applied. */
		MIGRATION;

		/**
		 * Return the kind in a sentence.
		 */
		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
