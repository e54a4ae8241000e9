package io.rdsboot.web;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.consistency.SessionWrites;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.core.StandardContext;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ServletContextRequestLoggingFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of where the filters stand that Boot maps, beside those of Spring Security and
 * Spring Session.
 */
@LocalRds(readers = 1)
class FilterOrderTests {

	private static final String[] SETTINGS = { WebService.WITH_SECURITY_AND_SESSION,
			"spring.session.jdbc.initialize-schema=always", "spring.security.user.name=anna",
			"spring.security.user.password=secret" };

	private static final String OUTER = "rdsConsistencyTokenFilter";

	private static final String INNER = "rdsConsistencyClientFilter";

	private final LocalRdsCluster cluster;

	FilterOrderTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void requestIsAUnitOfWorkAroundSpringSessionSpringSecurityAndTheApplicationsFilters() {
		try (WebService service = start()) {
			List<String> order = service.bean(MappedFilters.class).names("REQUEST");
			assertThat(order).containsSubsequence(OUTER, "springSessionRepositoryFilter", "springSecurityFilterChain",
					INNER, "ownFilter");
			assertThat(order.indexOf(OUTER)).isLessThan(3);
		}
	}

	@Test
	void laterDispatchesAreFilteredToo() {
		try (WebService service = start()) {
			MappedFilters filters = service.bean(MappedFilters.class);
			assertThat(filters.names("ASYNC")).contains(OUTER);
			assertThat(filters.names("ERROR")).contains(OUTER);
			assertThat(filters.names("FORWARD")).doesNotContain(OUTER, INNER);
			assertThat(filters.names("INCLUDE")).doesNotContain(OUTER, INNER);
		}
	}

	@Test
	void orderIsConfigurable() {
		try (WebService service = start("rds.routing.token.filter-order=-50")) {
			assertThat(service.bean(MappedFilters.class).names("REQUEST"))
				.containsSubsequence("springSecurityFilterChain", OUTER);
		}
	}

	@Test
	void registrationOfTheUserWins() {
		try (WebService service = WebService.start(this.cluster, DisabledApplication.class, WebService.ON_TOMCAT)) {
			assertThat(service.bean(MappedFilters.class).names("REQUEST")).doesNotContain(OUTER);
		}
	}

	@Test
	void userIsKnownByTheNextRequestWithoutACookie() {
		try (WebService service = start()) {
			Browser client = new Browser();
			assertThat(write(client, service, "anna", "secret").statusCode()).isEqualTo(200);
			client.forgetCookies();
			assertThat(read(client, service, "anna", "secret")).isEqualTo("has something to miss");
			client.forgetCookies();
			assertThat(read(client, service, "berta", "secret")).isEqualTo("has nothing to miss");
		}
	}

	@Test
	void clientIsWhoTheApplicationSaysAndNobodyWhereNoneIsToBeRemembered() {
		for (int remembered : List.of(10, 0)) {
			try (WebService service = WebService.start(this.cluster, DeviceApplication.class,
					"rds.routing.token.remembered-clients=" + remembered)) {
				new Browser().post(service.url() + "/writes", "X-Device", "one");
				assertThat(new Browser().get(service.url() + "/reads", "X-Device", "one").body())
					.isEqualTo((remembered > 0) ? "has something to miss" : "has nothing to miss");
				assertThat(new Browser().get(service.url() + "/reads", "X-Device", "two").body())
					.isEqualTo("has nothing to miss");
			}
		}
	}

	@Test
	void noHttpSessionIsCreatedForAToken() {
		try (WebService service = WebService.start(this.cluster, DeviceApplication.class)) {
			HttpResponse<String> response = new Browser().post(service.url() + "/writes");
			assertThat(response.headers().firstValue(ConsistencyTokenFilter.HEADER)).isPresent();
			assertThat(response.headers().allValues("Set-Cookie")).singleElement()
				.asString()
				.startsWith(ConsistencyCookie.PREFIX);
			assertThat(new Browser().get(service.url() + "/session").body()).isEqualTo("none");
		}
	}

	@Test
	void cookieIsSecureBehindATerminatorOfTls() {
		try (WebService service = WebService.start(this.cluster, DeviceApplication.class,
				"server.forward-headers-strategy=framework", "server.servlet.context-path=/shop")) {
			Browser client = new Browser();
			assertThat(client.post(service.url() + "/shop/writes", "X-Forwarded-Proto", "https")
				.headers()
				.allValues("Set-Cookie")).singleElement().asString().contains("; Secure; ", "; Path=/;");
			assertThat(client.post(service.url() + "/shop/writes").headers().allValues("Set-Cookie")).singleElement()
				.asString()
				.doesNotContain("Secure");
		}
	}

	@Test
	void servicesOfOneClusterShareTheCookieAndThoseOfAnotherHaveTheirOwn() {
		try (WebService orders = WebService.start(this.cluster, DeviceApplication.class,
				"server.servlet.context-path=/orders");
				WebService invoices = WebService.start(this.cluster, DeviceApplication.class,
						"server.servlet.context-path=/invoices");
				WebService stock = WebService.start(this.cluster, DeviceApplication.class,
						"rds.routing.token.cluster=stock")) {
			Browser client = new Browser();
			client.post(orders.url() + "/orders/writes");
			client.post(invoices.url() + "/invoices/writes");
			assertThat(client.cookies().getCookieStore().getCookies()).hasSize(1);
			assertThat(client.get(stock.url() + "/reads").body()).isEqualTo("has nothing to miss");
			client.post(stock.url() + "/writes");
			assertThat(client.cookies().getCookieStore().getCookies()).hasSize(2);
			assertThat(client.get(orders.url() + "/orders/reads").body()).isEqualTo("has something to miss");
		}
	}

	@Test
	void tokensOfAKeyedInstanceAreReadByOneWithoutAndNotTheOtherWayRound() {
		try (WebService keyed = WebService.start(this.cluster, DeviceApplication.class,
				"rds.routing.token.key=0123456789abcdef0123456789abcdef");
				WebService keyless = WebService.start(this.cluster, DeviceApplication.class)) {
			Browser client = new Browser();
			client.post(keyed.url() + "/writes");
			assertThat(client.get(keyed.url() + "/reads").body()).isEqualTo("has something to miss");
			assertThat(client.get(keyless.url() + "/reads").body()).isEqualTo("has something to miss");
			client.forgetCookies();
			client.post(keyless.url() + "/writes");
			assertThat(client.get(keyed.url() + "/reads").body()).isEqualTo("has nothing to miss");
		}
	}

	@Test
	void responsesStayAsTheyAreWhereTokensDoNotTravel() {
		for (String setting : List.of("rds.routing.token.enabled=false", "rds.routing.consistency=eventual")) {
			try (WebService service = WebService.start(this.cluster, DeviceApplication.class, setting)) {
				HttpResponse<String> response = new Browser().post(service.url() + "/writes");
				assertThat(response.headers().firstValue(ConsistencyTokenFilter.HEADER)).isEmpty();
				assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
			}
		}
	}

	private WebService start(String... settings) {
		List<String> all = new ArrayList<>(List.of(SETTINGS));
		all.addAll(List.of(settings));
		return WebService.start(this.cluster, SecuredApplication.class, all.toArray(String[]::new));
	}

	private static HttpResponse<String> write(Browser client, WebService service, String user, String password) {
		return client.post(service.url() + "/writes", "Authorization", basic(user, password));
	}

	private static String read(Browser client, WebService service, String user, String password) {
		return client.get(service.url() + "/reads", "Authorization", basic(user, password)).body();
	}

	private static String basic(String user, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * The filters as Tomcat has mapped them, in its order.
	 */
	static class MappedFilters implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

		private StandardContext context;

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.addContextCustomizers((context) -> this.context = (StandardContext) context);
		}

		List<String> names(String dispatcherType) {
			List<String> names = new ArrayList<>();
			for (FilterMap map : this.context.findFilterMaps()) {
				if ((map.getDispatcherMapping() & bit(dispatcherType)) != 0) {
					names.add(map.getFilterName());
				}
			}
			return names;
		}

		private static int bit(String dispatcherType) {
			FilterMap map = new FilterMap();
			map.setDispatcher(dispatcherType);
			return map.getDispatcherMapping();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ MappedFilters.class, Sessions.class })
	static class Shared {

		@Bean
		FilterRegistrationBean<ServletContextRequestLoggingFilter> ownFilter() {
			FilterRegistrationBean<ServletContextRequestLoggingFilter> registration = new FilterRegistrationBean<>(
					new ServletContextRequestLoggingFilter());
			registration.setName("ownFilter");
			return registration;
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Shared.class)
	static class SecuredApplication {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("anna"), user("berta"));
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("{noop}secret").roles("USER").build();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Shared.class)
	static class DisabledApplication {

		@Bean
		FilterRegistrationBean<ConsistencyTokenFilter> disabled(ConsistencyTokenFilter filter) {
			FilterRegistrationBean<ConsistencyTokenFilter> registration = new FilterRegistrationBean<>(filter);
			registration.setEnabled(false);
			return registration;
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Shared.class)
	static class DeviceApplication {

		@Bean
		ConsistencyClientResolver device() {
			return (request) -> request.getHeader("X-Device");
		}

	}

	/**
	 * Shows what a request's session has to miss.
	 */
	@RestController
	static class Sessions {

		@PostMapping("/writes")
		void write() {
			SessionWrites.commit(ConsistencySession.current());
		}

		@GetMapping("/reads")
		String read() {
			return "has %s to miss"
				.formatted(SessionWrites.isEmpty(ConsistencySession.current()) ? "nothing" : "something");
		}

		@GetMapping("/session")
		String session(HttpServletRequest request) {
			return (request.getSession(false) != null) ? "one" : "none";
		}

	}

}
