package io.rdsboot.vector.filter;

/**
 * A value compares so with another. Holds only for rows that have a value for the key,
 * whatever the operator.
 *
 * @param key key of the member
 * @param operator how to compare
 * @param value a {@code String}, {@code BigDecimal}, {@code Boolean}, {@code UUID} or
 * {@code Instant}; a {@code Boolean} only where the operator needs no order
 */
public record Comparison(MetadataKey key, Operator operator, Object value) implements Condition {

	public Comparison {
		value = operator.isOrdering() ? FilterValidation.orderedValue(key, value) : FilterValidation.value(key, value);
	}

	@Override
	public String toString() {
		return this.key + " " + this.operator.symbol() + " " + FilterText.value(this.value);
	}

	/**
	 * How two values compare.
	 */
	public enum Operator {

		/**
		 * Both are the same.
		 */
		EQUAL("="),

		/**
		 * They differ.
		 */
		NOT_EQUAL("!="),

		/**
		 * The row's is greater.
		 */
		GREATER(">"),

		/**
		 * The row's is not less.
		 */
		GREATER_OR_EQUAL(">="),

		/**
		 * The row's is less.
		 */
		LESS("<"),

		/**
		 * The row's is not greater.
		 */
		LESS_OR_EQUAL("<=");

		private final String symbol;

		Operator(String symbol) {
			this.symbol = symbol;
		}

		/**
		 * Return how the text form and SQL write the operator.
		 * @return the symbol, such as {@code >=}
		 */
		public String symbol() {
			return this.symbol;
		}

		boolean isOrdering() {
			return this != EQUAL && this != NOT_EQUAL;
		}

	}

}
