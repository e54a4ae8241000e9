package io.rdsboot.benchmarks.http;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What clients do: write a note, and look for it. Thread-safe.
 */
final class Visits {

	private final AtomicLong ids = new AtomicLong();

	private final LongAdder reads = new LongAdder();

	private final LongAdder stale = new LongAdder();

	private final Balancer balancer;

	Visits(Balancer balancer) {
		this.balancer = balancer;
	}

	/**
	 * Lets clients write and read.
	 * @param clients how many at the same time; every other one is a browser that follows
	 * a redirect
	 * @param number how often in all
	 */
	void writeAndRead(int clients, int number) throws ExecutionException, InterruptedException {
		run(clients, (client) -> {
			WebClient web = new WebClient();
			for (int i = 0; i < number / clients; i++) {
				read(web, (client % 2 == 0) ? submit(web) : post(web));
			}
		});
	}

	/**
	 * Lets browsers write once in ten requests, and look at pages in between.
	 * @param browsers how many at the same time
	 * @param number how often each writes
	 * @param thinkingMilliseconds time between two pages, but for the redirect
	 */
	void browse(int browsers, int number, long thinkingMilliseconds) throws ExecutionException, InterruptedException {
		run(browsers, (browser) -> {
			WebClient web = new WebClient();
			for (int i = 0; i < number; i++) {
				String page = submit(web);
				read(web, page);
				for (int view = 1; view < 9; view++) {
					TimeUnit.MILLISECONDS.sleep(thinkingMilliseconds);
					read(web, page);
				}
				TimeUnit.MILLISECONDS.sleep(thinkingMilliseconds);
			}
		});
	}

	/**
	 * Lets one client write and read without bringing its cookies.
	 */
	void writeAndReadWithoutCookies(int number) throws IOException, InterruptedException {
		WebClient web = new WebClient();
		for (int i = 0; i < number; i++) {
			String page = post(web);
			web.forgetCookies();
			read(web, page);
		}
	}

	private String submit(WebClient web) throws IOException, InterruptedException {
		HttpResponse<String> response = web.post(this.balancer.next() + "/forms?id=" + this.ids.incrementAndGet());
		require(response, 302);
		String location = response.headers().firstValue("Location").orElseThrow();
		return location.substring(location.indexOf("/notes"));
	}

	private String post(WebClient web) throws IOException, InterruptedException {
		long id = this.ids.incrementAndGet();
		require(web.post(this.balancer.next() + "/notes?id=" + id), 200);
		return "/notes/" + id;
	}

	private void read(WebClient web, String page) throws IOException, InterruptedException {
		HttpResponse<String> response = web.get(this.balancer.next() + page);
		this.reads.increment();
		if (response.statusCode() == 404) {
			this.stale.increment();
		}
		else {
			require(response, 200);
		}
	}

	private static void require(HttpResponse<String> response, int status) {
		if (response.statusCode() != status) {
			throw new IllegalStateException("%s was answered with %d: %s".formatted(response.request(),
					response.statusCode(), response.body()));
		}
	}

	private static void run(int clients, Client client) throws ExecutionException, InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(clients);
		try {
			List<Callable<Boolean>> tasks = new ArrayList<>();
			for (int number = 0; number < clients; number++) {
				int each = number;
				tasks.add(() -> {
					client.visit(each);
					return true;
				});
			}
			for (Future<Boolean> task : executor.invokeAll(tasks)) {
				task.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	void reset() {
		this.reads.reset();
		this.stale.reset();
	}

	long reads() {
		return this.reads.sum();
	}

	long stale() {
		return this.stale.sum();
	}

	/**
	 * One client.
	 */
	@FunctionalInterface
	private interface Client {

		void visit(int number) throws IOException, InterruptedException;

	}

}
