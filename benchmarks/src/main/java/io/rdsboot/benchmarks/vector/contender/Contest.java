package io.rdsboot.benchmarks.vector.contender;

import java.util.Collection;
import java.util.List;

import io.rdsboot.benchmarks.vector.data.ExactSearch;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.VectorData;

/**
 * Who takes part, and the rows that all of them hold.
 *
 * @param database where their tables are
 * @param contenders who takes part
 * @param data makes rows and queries
 * @param rows the rows
 */
public record Contest(VectorDatabase database, Contenders contenders, VectorData data, List<Row> rows) {

	public Contest {
		rows = List.copyOf(rows);
	}

	/**
	 * Lets all contenders hold the rows and have their indexes.
	 */
	public void index() throws Exception {
		index(this.contenders.all().keySet());
	}

	/**
	 * Lets some contenders hold the rows and have their indexes.
	 * @param names names of the contenders
	 */
	public void index(Collection<String> names) throws Exception {
		this.contenders.index(names, this.rows);
	}

	/**
	 * Returns searches without a condition.
	 * @param queries how many
	 * @param limit rows to find by each
	 */
	public List<Search> searches(int queries, int limit) {
		return this.data.queries(queries).stream().map((query) -> new Search(query, limit, null)).toList();
	}

	/**
	 * Returns what searches should find.
	 */
	public List<ExactSearch.Truth> truths(List<Search> searches) {
		ExactSearch exact = new ExactSearch(this.rows);
		return searches.parallelStream().map(exact::truth).toList();
	}

	/**
	 * Returns a name for a figure.
	 * @param what was measured
	 */
	public String name(String what) {
		return this.data.shape() + ", " + what;
	}

}
