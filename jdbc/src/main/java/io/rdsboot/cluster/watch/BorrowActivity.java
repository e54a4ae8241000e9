package io.rdsboot.cluster.watch;

/**
 * Tells whether the application uses the database, so that watching can cease when it
 * does not. Thread-safe.
 */
public final class BorrowActivity {

	private volatile boolean borrowed = true;

	private volatile Runnable resumption = () -> {
	};

	/**
	 * Set what happens at the first borrow after a rest.
	 * @param resumption called on the borrowing thread; must not block
	 */
	public void onResumption(Runnable resumption) {
		this.resumption = resumption;
	}

	/**
	 * Take note of a borrow. Costs one volatile read while there was one before since
	 * {@link #rest}.
	 */
	public void borrowed() {
		if (!this.borrowed) {
			this.borrowed = true;
			this.resumption.run();
		}
	}

	/**
	 * Begin a new period.
	 * @return whether something was borrowed in the one that ends
	 */
	public boolean rest() {
		boolean active = this.borrowed;
		this.borrowed = false;
		return active;
	}

}
