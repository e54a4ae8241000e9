package io.rdsboot.benchmarks.vector.data;

/**
 * The smallest cluster of the data: a document by one of ten authors in one of ten
 * categories. A category has a tenth of the rows, an author a hundredth, a document a
 * thousandth.
 *
 * @param number from 0 to 999
 */
public record Cell(int number) {

	static final int COUNT = 1000;

	private static final int FAN_OUT = 10;

	String category() {
		return "category-" + this.number / (FAN_OUT * FAN_OUT);
	}

	int author() {
		return this.number / FAN_OUT;
	}

	String document() {
		return "document-" + this.number;
	}

	/**
	 * Returns a cell that shares neither the category nor, therefore, author and document
	 * with this one.
	 */
	public Cell elsewhere() {
		return new Cell((this.number + COUNT / 2) % COUNT);
	}

}
