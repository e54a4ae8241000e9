package io.rdsboot.vector.schema;

import java.util.List;
import java.util.Map;

/**
 * Relation that the catalogue has under the name of a vector table.
 *
 * @param kind what it is
 * @param empty whether it certainly has no rows
 * @param rowsHidden whether row-level security hides rows from this session
 * @param bytes its size, without indexes
 * @param columns the columns by name
 * @param idUnique whether the declared id column has a primary key or unique index of its
 * own
 * @param primaryKey whether there is a primary key
 * @param triggered whether a trigger of others runs before a row is inserted, and may
 * give it an id
 * @param indexes the indexes
 * @param rowSecurity whether row-level security is enabled
 * @param rowSecurityForced whether it counts for the owner too
 * @param policies the policies of row-level security
 * @param keyMoves what moves metadata keys
 */
record ExistingTable(Kind kind, boolean empty, boolean rowsHidden, long bytes, Map<String, ExistingColumn> columns,
		boolean idUnique, boolean primaryKey, boolean triggered, List<DependentIndex> indexes, boolean rowSecurity,
		boolean rowSecurityForced, List<ExistingPolicy> policies, ExistingKeyMoves keyMoves) {

	List<DependentIndex> indexes(String column) {
		return this.indexes.stream().filter((index) -> index.columns().contains(column)).toList();
	}

	/**
	 * Trigger and function of {@link KeyMoves}.
	 *
	 * @param body body of the function, empty if there is none
	 * @param triggered whether the table has the trigger
	 * @param complete whether the rows of before it have been moved
	 * @param endMark comment of the function once the move of this table has ended
	 * @param ended whether it has
	 */
	record ExistingKeyMoves(String body, boolean triggered, boolean complete, String endMark, boolean ended) {

		static final ExistingKeyMoves NONE = new ExistingKeyMoves("", false, false, "", false);

	}

	/**
	 * Index, and what it depends on.
	 *
	 * @param name the name, without quotes
	 * @param quotedName the name ready for a statement
	 * @param columns the columns in its keys, expressions and predicate
	 */
	record DependentIndex(String name, String quotedName, List<String> columns) {

	}

	/**
	 * Kind of a relation.
	 */
	enum Kind {

		/**
		 * An ordinary table.
		 */
		TABLE('r', "table"),

		/**
		 * A table that is divided.
		 */
		PARTITIONED_TABLE('p', "partitioned table"),

		/**
		 * A view.
		 */
		VIEW('v', "view"),

		/**
		 * A view with rows of its own.
		 */
		MATERIALIZED_VIEW('m', "materialized view"),

		/**
		 * A table elsewhere.
		 */
		FOREIGN_TABLE('f', "foreign table"),

		/**
		 * A sequence.
		 */
		SEQUENCE('S', "sequence"),

		/**
		 * A composite type.
		 */
		COMPOSITE_TYPE('c', "composite type"),

		/**
		 * An index.
		 */
		INDEX('i', "index"),

		/**
		 * An index of a table that is divided.
		 */
		PARTITIONED_INDEX('I', "partitioned index");

		private final char code;

		private final String description;

		Kind(char code, String description) {
			this.code = code;
			this.description = description;
		}

		static Kind of(String code) {
			for (Kind kind : values()) {
				if (kind.code == code.charAt(0)) {
					return kind;
				}
			}
			throw new IllegalStateException("relation is of unknown kind '%s'".formatted(code));
		}

		@Override
		public String toString() {
			return this.description;
		}

	}

}
