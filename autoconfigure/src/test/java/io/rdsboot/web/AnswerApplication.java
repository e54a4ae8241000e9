package io.rdsboot.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.consistency.RememberedWrites;
import io.rdsboot.routing.consistency.SessionWrites;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * A web application that writes, without a database, and answers in all ways.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, JettyServletWebServerAutoConfiguration.class,
		DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class,
		HttpMessageConvertersAutoConfiguration.class })
@Import(AnswerApplication.Answers.class)
class AnswerApplication {

	private static final String DEPARTURE = "departure";

	private static final AtomicLong commits = new AtomicLong();

	/**
	 * Writes as an application would, whose session hears of it from its connection.
	 */
	static void write() {
		commits.incrementAndGet();
		SessionWrites.commit(ConsistencySession.current());
	}

	@Bean
	ConsistencyTokens tokens() {
		return ConsistencyTokens.builder("orders")
			.writerLog((time, timeout) -> Optional.of(new LogPosition(commits.get())))
			.build();
	}

	@Bean
	FilterRegistrationBean<ConsistencyTokenFilter> filter(ConsistencyTokens tokens) {
		FilterRegistrationBean<ConsistencyTokenFilter> registration = new FilterRegistrationBean<>(
				ConsistencyTokenFilter.withTokens(tokens, Duration.ofHours(1),
						new RememberedWrites(10, Duration.ofHours(1))));
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
		return registration;
	}

	/**
	 * Lets a request that goes on asynchronously wait until its first thread has left all
	 * other filters.
	 */
	@Bean
	FilterRegistrationBean<Filter> departureFilter() {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
			CountDownLatch departure = new CountDownLatch(1);
			request.setAttribute(DEPARTURE, departure);
			try {
				chain.doFilter(request, response);
			}
			finally {
				departure.countDown();
			}
		});
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	/**
	 * Answers each path in the way that it names.
	 */
	@Controller
	static class Answers {

		@RequestMapping("/string")
		@ResponseBody
		String string() {
			write();
			return "ok";
		}

		@RequestMapping("/empty")
		@ResponseBody
		String empty() {
			write();
			return "";
		}

		@RequestMapping("/bytes")
		@ResponseBody
		byte[] bytes() {
			write();
			return new byte[] { 'o', 'k' };
		}

		@RequestMapping("/json")
		@ResponseBody
		Map<String, String> json() {
			write();
			return Map.of("ok", "yes");
		}

		@RequestMapping("/entity")
		ResponseEntity<String> entity() {
			write();
			return ResponseEntity.ok("ok");
		}

		@RequestMapping("/entity-with-length")
		ResponseEntity<byte[]> entityWithLength() {
			write();
			return ResponseEntity.ok().contentLength(2).body(new byte[] { 'o', 'k' });
		}

		@RequestMapping("/resource")
		@ResponseBody
		Resource resource() {
			write();
			return new ByteArrayResource("resource".getBytes(StandardCharsets.UTF_8));
		}

		@RequestMapping("/large-resource")
		@ResponseBody
		Resource largeResource() {
			write();
			return new InputStreamResource(new ByteArrayInputStream(new byte[1_000_000]));
		}

		@RequestMapping("/stream")
		@ResponseBody
		StreamingResponseBody stream() {
			return (out) -> {
				write();
				out.write(new byte[100_000]);
			};
		}

		@RequestMapping("/sse")
		SseEmitter sse() throws IOException {
			write();
			SseEmitter emitter = new SseEmitter();
			emitter.send("event");
			emitter.complete();
			return emitter;
		}

		@RequestMapping("/no-content")
		@ResponseStatus(HttpStatus.NO_CONTENT)
		void noContent() {
			write();
		}

		@RequestMapping("/not-modified")
		ResponseEntity<Void> notModified() {
			write();
			return ResponseEntity.status(HttpStatus.NOT_MODIFIED).build();
		}

		@RequestMapping("/send-error")
		void sendError(HttpServletResponse response) throws IOException {
			write();
			response.sendError(409);
		}

		@RequestMapping("/status-exception")
		@ResponseBody
		String statusException() {
			write();
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		}

		@RequestMapping("/exception")
		@ResponseBody
		String exception() {
			write();
			throw new IllegalStateException("expected");
		}

		@RequestMapping("/redirect")
		String redirect() {
			write();
			return "redirect:/string";
		}

		@RequestMapping("/send-redirect")
		void sendRedirect(HttpServletResponse response) throws IOException {
			write();
			response.sendRedirect("/string");
		}

		@RequestMapping("/forward")
		String forward() {
			return "forward:/string";
		}

		@RequestMapping("/forward-after")
		String forwardAfter() {
			write();
			return "forward:/read";
		}

		@RequestMapping("/read")
		@ResponseBody
		String read() {
			return "read";
		}

		@RequestMapping("/include")
		void include(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
			request.getRequestDispatcher("/string").include(request, response);
		}

		@RequestMapping("/callable")
		@ResponseBody
		Callable<String> callable() {
			return () -> {
				write();
				return "ok";
			};
		}

		@RequestMapping("/deferred")
		@ResponseBody
		DeferredResult<String> deferred() {
			DeferredResult<String> result = new DeferredResult<>();
			ConsistencySession session = ConsistencySession.current();
			new Thread(() -> {
				ConsistencySession.Binding binding = session.bind();
				write();
				binding.close();
				result.setResult("ok");
			}).start();
			return result;
		}

		@RequestMapping("/deferred-error")
		@ResponseBody
		DeferredResult<String> deferredError() {
			DeferredResult<String> result = new DeferredResult<>();
			write();
			new Thread(() -> result.setErrorResult(new ResponseStatusException(HttpStatus.CONFLICT))).start();
			return result;
		}

		@RequestMapping("/async-servlet")
		void asyncServlet(HttpServletRequest request, HttpServletResponse response) {
			AsyncContext async = request.startAsync();
			ConsistencySession session = ConsistencySession.current();
			async.start(() -> {
				ConsistencySession.Binding binding = session.bind();
				write();
				binding.close();
				try {
					((HttpServletResponse) async.getResponse()).setHeader(HttpHeaders.CONTENT_LENGTH, "2");
					async.getResponse().getOutputStream().print("ok");
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
				async.complete();
			});
		}

		/**
		 * Answers whether the request's first thread has touched the response when it
		 * left.
		 */
		@RequestMapping("/left-alone")
		void leftAlone(HttpServletRequest request, HttpServletResponse original) {
			write();
			AsyncContext async = request.startAsync();
			async.start(() -> {
				try {
					((CountDownLatch) request.getAttribute(DEPARTURE)).await(30, TimeUnit.SECONDS);
					HttpServletResponse response = (HttpServletResponse) async.getResponse();
					boolean touched = response.containsHeader(ConsistencyTokenFilter.HEADER);
					response.getWriter().print(touched ? "touched" : "left alone");
				}
				catch (IOException | InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				async.complete();
			});
		}

		@RequestMapping("/length-header")
		void lengthHeader(HttpServletResponse response) throws IOException {
			write();
			response.setHeader(HttpHeaders.CONTENT_LENGTH, "2");
			response.getOutputStream().write('o');
			response.getOutputStream().write('k');
		}

		@RequestMapping("/writer")
		void writer(HttpServletResponse response) throws IOException {
			write();
			response.setContentLength(2);
			response.getWriter().print("ok");
		}

		@RequestMapping("/flush")
		void flush(HttpServletResponse response) throws IOException {
			write();
			response.flushBuffer();
		}

		@RequestMapping("/reset")
		void reset(HttpServletResponse response) throws IOException {
			write();
			response.getWriter().print("dropped");
			response.reset();
			response.getOutputStream().print("ok");
		}

		@RequestMapping("/second-write")
		void secondWrite(HttpServletResponse response) throws IOException {
			response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from("own", "1").build().toString());
			write();
			response.getOutputStream().print("one, ");
			response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from("other", "2").build().toString());
			write();
			response.getOutputStream().print("two");
		}

		@RequestMapping("/write-at-the-end")
		void writeAtTheEnd(HttpServletResponse response) throws IOException {
			response.getOutputStream().print("ok");
			write();
		}

		@RequestMapping("/too-late")
		void tooLate(HttpServletResponse response) throws IOException {
			response.flushBuffer();
			write();
		}

		@RequestMapping("/read-too-late")
		void readTooLate(HttpServletResponse response) throws IOException {
			response.flushBuffer();
			SessionWrites.onlyQueried(ConsistencySession.current());
		}

		@RequestMapping("/public")
		ResponseEntity<String> forAll() {
			write();
			return ResponseEntity.ok().cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic()).body("ok");
		}

		@RequestMapping("/no-store")
		ResponseEntity<String> noStore() {
			write();
			return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body("ok");
		}

	}

}
