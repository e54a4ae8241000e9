package io.rdsboot.vector.jdbc.write;

import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Whether the records of a write have ids.
 */
public enum IdRule {

	/**
	 * All have: rows are found by them.
	 */
	UPSERT("is missing, but an upsert finds rows by it: insert the record instead"),

	/**
	 * Some may have none.
	 */
	INSERT(null),

	/**
	 * All have, as the first one has.
	 */
	LOAD("is missing, but the first record of the load has one: load records without ids apart"),

	/**
	 * None has, as the first one has none.
	 */
	LOAD_WITHOUT_IDS(null);

	private final @Nullable String missing;

	IdRule(@Nullable String missing) {
		this.missing = missing;
	}

	/**
	 * Return what is wrong with there being an id, or none.
	 * @return the problem, or {@code null} if there is none
	 */
	@Nullable String problem(VectorTable table, VectorRecord<?> record) {
		if (record.hasId()) {
			return (this == LOAD_WITHOUT_IDS)
					? "is given, but the first record of the load has none: load records with ids apart" : null;
		}
		return (this == UPSERT || table.hasGeneratedIds()) ? this.missing
				: "is missing, and the table is not declared with generated ids";
	}

}
