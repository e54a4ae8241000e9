package io.rdsboot.vector.schema;

/**
 * Column that a vector table declares.
 *
 * @param use what the table has the column for
 * @param name the name, without quotes
 * @param type the type in SQL, with the extension's schema where one is declared
 * @param plainType the type as the catalogue is read: without a schema
 */
record DeclaredColumn(Use use, String name, String type, String plainType) {

	/**
	 * Whether a column of this type serves as the declared one. The values of a
	 * {@code varchar} travel as those of {@code text} do.
	 */
	boolean accepts(String existingType) {
		return existingType.equals(this.plainType)
				|| (this.plainType.equals("text") && existingType.matches("character varying(\\(\\d+\\))?"));
	}

	/**
	 * Whether every value of a column's present type has its equal in the declared one.
	 */
	boolean widens(String existingType) {
		return switch (this.plainType) {
			case "integer" -> existingType.equals("smallint");
			case "bigint" -> existingType.matches("smallint|integer");
			case "numeric" -> existingType.matches("smallint|integer|bigint|numeric\\(.*");
			default -> false;
		};
	}

	/**
	 * Whether the values of a column's present type can be converted: all but vectors,
	 * and dense vectors of as many dimensions.
	 */
	boolean converts(String existingType) {
		if (this.use != Use.EMBEDDING && this.use != Use.VECTOR) {
			return true;
		}
		String dense = "^(vector|halfvec)\\(";
		String dimensions = this.plainType.replaceFirst(dense, "");
		return !dimensions.equals(this.plainType) && dimensions.equals(existingType.replaceFirst(dense, ""));
	}

	/**
	 * What a column is for.
	 */
	enum Use {

		/**
		 * The primary key.
		 */
		ID,

		/**
		 * The vector that every row has.
		 */
		EMBEDDING,

		/**
		 * A vector that a row may have.
		 */
		VECTOR,

		/**
		 * The text.
		 */
		CONTENT,

		/**
		 * The {@code jsonb} of the keys without a column.
		 */
		METADATA,

		/**
		 * A metadata key.
		 */
		KEY,

		/**
		 * The metadata key that says whose a row is.
		 */
		TENANT,

		/**
		 * The words of the text, generated.
		 */
		WORDS

	}

}
