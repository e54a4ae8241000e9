package io.rdsboot.reference;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Customers who buy something and look at it, over and over, each in a browser of his
 * own. Keeps account of what they were told.
 */
final class Customers implements AutoCloseable {

	/**
	 * Pages that a customer looks at after each purchase.
	 */
	private static final int LOOKS = 4;

	private final int port;

	private final List<Thread> threads = new ArrayList<>();

	private final Map<Integer, Integer> bought = new ConcurrentHashMap<>();

	private final AtomicInteger sequence = new AtomicInteger();

	private final AtomicInteger pages = new AtomicInteger();

	private final Queue<String> stale = new ConcurrentLinkedQueue<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	Customers(int port, int number) {
		this.port = port;
		for (int i = 0; i < number; i++) {
			String name = "customer-" + i;
			Thread thread = new Thread(() -> shop(name), name);
			thread.start();
			this.threads.add(thread);
		}
	}

	private void shop(String name) {
		Browser browser = new Browser(this.port);
		try {
			logIn(browser, name);
			long turnover = 0;
			while (!this.stopped) {
				int cents = this.sequence.incrementAndGet();
				HttpResponse<String> answer = browser.post("/purchases", "cents=" + cents);
				if (answer.statusCode() != 303) {
					failed(answer);
					continue;
				}
				this.bought.put(cents, cents);
				turnover += cents;
				look(browser, answer.headers().firstValue("Location").orElseThrow(), name, cents, turnover);
			}
		}
		catch (Exception ex) {
			this.failures.add(name + " gave up: " + ex);
		}
	}

	private void logIn(Browser browser, String name) throws Exception {
		HttpResponse<String> answer = browser.post("/login", "name=" + name);
		if (answer.statusCode() != 200) {
			throw new IllegalStateException(answer.statusCode() + " " + answer.body());
		}
	}

	/**
	 * Looks at what must be there. Of the turnover only a part is known where a purchase
	 * was answered with an error and stored nevertheless.
	 */
	private void look(Browser browser, String location, String name, int cents, long turnover) throws Exception {
		for (int i = 0; i < LOOKS; i++) {
			check(browser.get(location), (body) -> body.equals(name + ": " + cents), "purchase " + cents);
			check(browser.get("/purchases"), (body) -> body.matches("\\[(.*,)?" + cents + "(,.*)?]"),
					"newest purchases with " + cents);
			check(browser.get("/turnover"), (body) -> Long.parseLong(body) >= turnover, "turnover " + turnover);
		}
	}

	private void check(HttpResponse<String> page, Predicate<String> fresh, String expected) {
		this.pages.incrementAndGet();
		if (page.statusCode() == 404 || (page.statusCode() == 200 && !fresh.test(page.body()))) {
			this.stale.add("%s expected, found %s %s".formatted(expected, page.statusCode(), page.body()));
		}
		else if (page.statusCode() != 200) {
			failed(page);
		}
	}

	private void failed(HttpResponse<String> answer) {
		this.failures.add(answer.uri().getPath() + " " + answer.statusCode());
	}

	int purchases() {
		return this.bought.size();
	}

	int pages() {
		return this.pages.get();
	}

	/**
	 * Returns the amounts of the purchases that were acknowledged.
	 */
	List<Integer> acknowledged() {
		return List.copyOf(this.bought.keySet());
	}

	/**
	 * Returns the pages that lacked what their reader had done before.
	 */
	List<String> stale() {
		return List.copyOf(this.stale);
	}

	/**
	 * Returns the requests that were answered with an error.
	 */
	List<String> failures() {
		return List.copyOf(this.failures);
	}

	/**
	 * Lets each customer finish what he is at.
	 */
	void stop() throws InterruptedException {
		this.stopped = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

	@Override
	public void close() {
		this.stopped = true;
	}

}
