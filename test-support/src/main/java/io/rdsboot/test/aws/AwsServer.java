package io.rdsboot.test.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP server on loopback that stands in for services of AWS. The signature of each
 * request is verified. Thread-safe; all threads are daemons.
 */
public final class AwsServer implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(AwsServer.class);

	/** Well above the 64 KiB of a secret, the largest thing that is sent here. */
	private static final int MAX_BODY_BYTES = 1 << 20;

	private static final AwsResponse TOO_LARGE = new AwsResponse(413, "text/plain",
			"The local RDS reads requests of up to 1 MiB");

	private static final AwsResponse UNKNOWN_SERVICE = new AwsResponse(404, "text/plain",
			"The local RDS does not know the service asked for");

	private final List<Service> services;

	private final ExecutorService executor = Executors.newCachedThreadPool(new Threads());

	private final HttpServer server;

	private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile Duration delay = Duration.ZERO;

	private volatile boolean available = true;

	/**
	 * Starts a server on a free port.
	 * @param account owner of the access key that must have signed
	 * @param age how long ago something was signed, on the clock that counts
	 * @param apis the services
	 */
	public AwsServer(AwsAccount account, Function<Instant, Duration> age, AwsApi... apis) {
		this.services = List.of(apis)
			.stream()
			.map((api) -> new Service(api, new SignatureV4(account.region(), api.service(), account::key, age)))
			.toList();
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("There is no free port on loopback for AWS's services", ex);
		}
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		// The server's dispatching thread is a daemon if the one that starts it is.
		CompletableFuture.runAsync(this.server::start, this.executor).join();
	}

	/**
	 * Address of all services.
	 * @return an HTTP URL without a path
	 */
	public URI uri() {
		InetSocketAddress address = this.server.getAddress();
		return URI.create("http://%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort()));
	}

	/**
	 * Holds each answer back.
	 * @param newDelay for how long; zero for not at all
	 */
	public void slow(Duration newDelay) {
		this.delay = newDelay;
	}

	/**
	 * Answers, or refuses every request with status 503.
	 * @param newAvailable whether to answer
	 */
	public void available(boolean newAvailable) {
		this.available = newAvailable;
	}

	/**
	 * Number of requests for an action so far, those included that were refused.
	 * @param action the action, such as {@code GetSecretValue}
	 * @return the number
	 */
	public long requests(String action) {
		LongAdder count = this.requests.get(action);
		return (count != null) ? count.sum() : 0;
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
			URI uri = exchange.getRequestURI();
			AwsResponse response = (body.length > MAX_BODY_BYTES) ? TOO_LARGE
					: answer(new HttpRequestText(exchange.getRequestMethod(), uri.getRawPath(),
							Objects.requireNonNullElse(uri.getRawQuery(), ""), exchange.getRequestHeaders(), body));
			if (holdBack()) {
				send(exchange, response);
			}
		}
	}

	private AwsResponse answer(HttpRequestText request) {
		for (Service service : this.services) {
			String action = service.api().action(request);
			if (!action.isEmpty()) {
				this.requests.computeIfAbsent(action, (key) -> new LongAdder()).increment();
				return answer(service, action, request);
			}
		}
		return UNKNOWN_SERVICE;
	}

	private AwsResponse answer(Service service, String action, HttpRequestText request) {
		AwsApi api = service.api();
		try {
			if (!this.available) {
				throw new AwsError(503, "ServiceUnavailable", "The local RDS was told to be unavailable");
			}
			service.signature().verifyHeader(request);
			return api.handle(action, request);
		}
		catch (InvalidSignatureException ex) {
			logger.debug("Refused {}: {}", action, ex.getMessage());
			return api.error(api.refusal(ex.reason()));
		}
		catch (AwsError ex) {
			return api.error(ex);
		}
		catch (RuntimeException ex) {
			logger.error("{} failed", action, ex);
			return api.error(new AwsError(500, "InternalFailure", "%s failed: see the log".formatted(action)));
		}
	}

	/**
	 * Waits as {@link #slow} says.
	 * @return whether the answer may be sent; not when the server was closed meanwhile
	 */
	private boolean holdBack() {
		try {
			return !this.closed.await(this.delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static void send(HttpExchange exchange, AwsResponse response) throws IOException {
		byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", response.contentType());
		exchange.sendResponseHeaders(response.status(), body.length);
		exchange.getResponseBody().write(body);
	}

	/**
	 * Closes all connections and the port.
	 */
	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	private record Service(AwsApi api, SignatureV4 signature) {
	}

	private static final class Threads implements ThreadFactory {

		private final AtomicInteger number = new AtomicInteger();

		@Override
		public Thread newThread(Runnable task) {
			Thread thread = new Thread(task, "rds-local-aws-" + this.number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		}

	}

}
