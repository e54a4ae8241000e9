package io.rdsboot.benchmarks.vector;

import java.util.Collection;
import java.util.List;

/**
 * Who takes part, and the rows that all of them hold.
 *
 * @param database where their tables are
 * @param contenders who takes part
 * @param data makes rows and queries
 * @param rows the rows
 */
record Contest(VectorDatabase database, Contenders contenders, VectorData data, List<Row> rows) {

	Contest {
		rows = List.copyOf(rows);
	}

	/**
	 * Lets all contenders hold the rows and have their indexes.
	 */
	void index() throws Exception {
		index(this.contenders.all().keySet());
	}

	/**
	 * Lets some contenders hold the rows and have their indexes.
	 * @param names names of the contenders
	 */
	void index(Collection<String> names) throws Exception {
		this.contenders.index(names, this.rows);
	}

	/**
	 * Returns searches without a condition.
	 * @param queries how many
	 * @param limit rows to find by each
	 */
	List<Search> searches(int queries, int limit) {
		return this.data.queries(queries).stream().map((query) -> new Search(query, limit, null)).toList();
	}

	/**
	 * Returns what searches should find.
	 */
	List<ExactSearch.Truth> truths(List<Search> searches) {
		ExactSearch exact = new ExactSearch(this.rows);
		return searches.parallelStream().map(exact::truth).toList();
	}

	/**
	 * Returns a name for a figure.
	 * @param what was measured
	 */
	String name(String what) {
		return this.data.shape() + ", " + what;
	}

}
