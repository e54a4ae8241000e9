package io.rdsboot.benchmarks.soak;

/**
 * Ways in which an application writes a row.
 */
enum WriteMode {

	/** In a transaction. */
	TRANSACTION {

		@Override
		void write(Application application, LedgerRow row) {
			application.transaction().executeWithoutResult((status) -> SoakTable.insert(application.jdbc(), row));
		}

	},

	/** In a transaction that is repeated where that is safe. */
	RETRY {

		@Override
		void write(Application application, LedgerRow row) {
			application.retry().executeWithoutResult((status) -> SoakTable.insert(application.jdbc(), row));
		}

	},

	/** In a statement that commits by itself. */
	AUTO_COMMIT {

		@Override
		void write(Application application, LedgerRow row) {
			SoakTable.insert(application.jdbc(), row);
		}

	};

	abstract void write(Application application, LedgerRow row);

	static WriteMode of(LedgerRow row) {
		return values()[row.number() % values().length];
	}

}
