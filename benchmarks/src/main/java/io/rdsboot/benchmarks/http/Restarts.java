package io.rdsboot.benchmarks.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An instance that joins the others, leaves after a while, and begins anew, over and
 * over.
 */
final class Restarts {

	private static final long SERVICE_MILLISECONDS = 3000;

	/** For the requests that are under way when the balancer leaves the instance out. */
	private static final long DRAIN_MILLISECONDS = 500;

	private final Balancer balancer;

	private final Supplier<NoteInstance> starter;

	private final CountDownLatch stop = new CountDownLatch(1);

	private final Thread thread = new Thread(this::run, "restarts");

	private final AtomicInteger number = new AtomicInteger();

	/**
	 * Begins.
	 */
	Restarts(Balancer balancer, Supplier<NoteInstance> starter) {
		this.balancer = balancer;
		this.starter = starter;
		this.thread.start();
	}

	private void run() {
		while (this.stop.getCount() > 0) {
			try (NoteInstance instance = this.starter.get()) {
				this.balancer.add(instance);
				this.stop.await(SERVICE_MILLISECONDS, TimeUnit.MILLISECONDS);
				this.balancer.remove(instance);
				TimeUnit.MILLISECONDS.sleep(DRAIN_MILLISECONDS);
				this.number.incrementAndGet();
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	/**
	 * Returns how often the instance has come and gone.
	 */
	int number() {
		return this.number.get();
	}

	/**
	 * Ends the restarts, with the instance gone.
	 */
	void stop() throws InterruptedException {
		this.stop.countDown();
		this.thread.join();
	}

}
