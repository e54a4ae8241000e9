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
	 * Whether every value of a column's present type has its equal in the declared one,
	 * and no version of the application can have declared the present one: that version
	 * could not read the column any more.
	 */
	boolean widens(String existingType) {
		return switch (this.plainType) {
			case "integer", "bigint" -> existingType.equals("smallint");
			case "numeric" -> existingType.matches("smallint|numeric\\(.*");
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
	 * Whether a column's present type is the declared one without its dimensions.
	 */
	boolean isWithoutDimensions(String existingType) {
		return this.plainType.startsWith(existingType + "(");
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
		 * The JSON of the keys without a column.
		 */
		METADATA,

		/**
		 * A metadata key.
		 */
		KEY,

		/**
		 * What versions that still run have a metadata key in.
		 */
		FORMER_KEY,

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
