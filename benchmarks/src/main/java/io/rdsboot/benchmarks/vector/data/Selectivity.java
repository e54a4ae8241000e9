package io.rdsboot.benchmarks.vector.data;

/**
 * How many rows a filter leaves, and by which key.
 */
public enum Selectivity {

	/** One row in ten. */
	TENTH("10 %") {

		@Override
		public Condition of(Cell cell) {
			return new Condition("category", cell.category());
		}

	},

	/** One row in a hundred. */
	HUNDREDTH("1 %") {

		@Override
		public Condition of(Cell cell) {
			return new Condition("author", cell.author());
		}

	},

	/** One row in a thousand. */
	THOUSANDTH("0.1 %") {

		@Override
		public Condition of(Cell cell) {
			return new Condition("document", cell.document());
		}

	};

	private final String label;

	Selectivity(String label) {
		this.label = label;
	}

	/**
	 * Returns the condition that rows of a cell fulfil.
	 */
	public abstract Condition of(Cell cell);

	@Override
	public String toString() {
		return this.label;
	}

}
