package io.rdsboot.benchmarks.soak;

/**
 * Ways in which an application writes a row.
 */
enum WriteMode {

	/** In a transaction. */
	TRANSACTION {

		@Override
		void write(Application application, Row row) {
			application.transaction().executeWithoutResult((status) -> SoakTable.insert(application.jdbc(), row));
		}

	},

	/** In a transaction that is repeated where that is safe. */
	RETRY {

		@Override
		void write(Application application, Row row) {
			application.retry().executeWithoutResult((status) -> SoakTable.insert(application.jdbc(), row));
		}

	},

	/** In a statement that commits by itself. */
	AUTO_COMMIT {

		@Override
		void write(Application application, Row row) {
			SoakTable.insert(application.jdbc(), row);
		}

	};

	abstract void write(Application application, Row row);

	static WriteMode of(Row row) {
		return values()[row.number() % values().length];
	}

}
