package io.rdsboot;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the house plan: which package may use which.
 */
class ArchitectureTests {

	private static final String ROOT = "io.rdsboot.";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("-tests.jar"))
		.withImportOption(
				(location) -> !location.contains("/test-support/") && !location.contains("rds-spring-boot-test"))
		.importPackages("io.rdsboot");

	/**
	 * A floor of the house, and the floors of ours that it may use.
	 */
	record Floor(String name, List<String> mayUse) {

	}

	static List<Floor> floors() {
		return List.of(new Floor("cluster", List.of()), new Floor("credentials", List.of("cluster")),
				new Floor("tls", List.of()), new Floor("pool", List.of("cluster", "credentials", "tls")),
				new Floor("diagnostics", List.of("cluster", "pool")), new Floor("routing", List.of("cluster", "pool")),
				new Floor("data", List.of("routing")),
				new Floor("datasource", List.of("cluster", "credentials", "tls", "pool", "routing")),
				new Floor("hibernate", List.of("routing")), new Floor("web", List.of("cluster", "routing")),
				new Floor("messaging", List.of("routing")), new Floor("vector", List.of()),
				new Floor("flyway", List.of("vector")), new Floor("actuate", List.of("cluster", "credentials",
						"diagnostics", "tls", "pool", "routing", "vector", "flyway")));
	}

	@ParameterizedTest
	@MethodSource("floors")
	void floorUsesOnlyWhatThePlanAllows(Floor floor) {
		List<String> allowed = floor.mayUse().stream().map((name) -> ROOT + name + "..").toList();
		DescribedPredicate<JavaClass> forbidden = resideInAPackage(ROOT + ".")
			.and(DescribedPredicate.not(resideInAnyPackage(concat(allowed, ROOT + floor.name() + ".."))));
		noClasses().that()
			.resideInAPackage(ROOT + floor.name() + "..")
			.should()
			.dependOnClassesThat(forbidden)
			.check(CLASSES);
	}

	@Test
	void everyPackageIsAFloorOrTheAutoConfiguration() {
		Set<String> known = floors().stream().map(Floor::name).collect(Collectors.toSet());
		assertThat(CLASSES.stream().map((type) -> type.getPackageName().substring(ROOT.length()).split("\\.")[0]))
			.allMatch((name) -> known.contains(name) || name.equals("autoconfigure"));
	}

	@Test
	void nobodyUsesTheAutoConfiguration() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + "autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + "autoconfigure..")
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("io.rdsboot.(**)").should().beFreeOfCycles().check(CLASSES);
	}

	/**
	 * What is nobody's business but the library's is marked as internal, because Java has
	 * no visibility between a package and everybody. What is not marked may be used, and
	 * shows nothing that may not.
	 */
	@Test
	void publicTypesShowNothingInternal() {
		List<String> shown = CLASSES.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && !isInternal(type))
			.flatMap((type) -> type.getMembers().stream())
			.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC)
					&& !member.getModifiers().contains(JavaModifier.SYNTHETIC))
			.filter((member) -> member.getAllInvolvedRawTypes().stream().anyMatch(ArchitectureTests::isInternal))
			.map(JavaMember::getFullName)
			.toList();
		assertThat(shown).isEmpty();
	}

	private static boolean isInternal(JavaClass type) {
		return type.isAnnotatedWith(API.class) || type.getPackage().isAnnotatedWith(API.class)
				|| type.getEnclosingClass().filter(ArchitectureTests::isInternal).isPresent();
	}

	/**
	 * More than this, and nobody sees any more what stands side by side.
	 */
	@Test
	void packagesHaveAboutTwentyTypes() {
		Map<String, Long> sizes = CLASSES.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
		assertThat(sizes).isNotEmpty().allSatisfy((name, size) -> assertThat(size).as(name).isLessThanOrEqualTo(25));
	}

	@Test
	void libraryFloorsKnowNoSpringBoot() {
		onlyIn("org.springframework.boot", "actuate", "autoconfigure").check(CLASSES);
	}

	@Test
	void hikariIsKnownToPoolAndAutoConfigurationOnly() {
		onlyIn("com.zaxxer.hikari", "pool", "autoconfigure").check(CLASSES);
	}

	@Test
	void flywayIsKnownToFlywayAndAutoConfigurationOnly() {
		onlyIn("org.flywaydb", "flyway", "autoconfigure").check(CLASSES);
	}

	@Test
	void awsIsKnownToCredentialsDiscoveryAndAutoConfigurationOnly() {
		onlyIn("software.amazon.awssdk", "credentials", "cluster.discovery.rdsapi", "autoconfigure").check(CLASSES);
	}

	private static ArchRule onlyIn(String library, String... packages) {
		List<String> allowed = List.of(packages).stream().map((name) -> ROOT + name + "..").toList();
		return noClasses().that()
			.resideOutsideOfPackages(allowed.toArray(String[]::new))
			.should()
			.dependOnClassesThat()
			.resideInAPackage(library + "..")
			.allowEmptyShould(true);
	}

	@Test
	void everyPackageIsNullMarked() {
		JavaPackage root = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.withImportOption((location) -> !location.contains("-tests.jar"))
			.importPackages("io.rdsboot")
			.getPackage("io.rdsboot");
		assertThat(root.getSubpackagesInTree()).filteredOn((each) -> !each.getClasses().isEmpty())
			.isNotEmpty()
			.allMatch((each) -> each.isAnnotatedWith(NullMarked.class), "is @NullMarked");
	}

	@Test
	void autoConfigurationsArePublicFinalAndNamedSo() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.check(CLASSES);
	}

	@Test
	void autoConfigurationsHaveNoPublicMembers() {
		methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic()
			.check(CLASSES);
	}

	@Test
	void mainCodeReadsNoWallClockAndDoesNotSleep() {
		noClasses().should()
			.callMethod(Thread.class, "sleep", long.class)
			.orShould()
			.callMethod(java.time.Instant.class, "now")
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(CLASSES);
	}

	@Test
	void noClassPrints() {
		noClasses().should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.callMethod(Throwable.class, "printStackTrace")
			.check(CLASSES);
	}

	/**
	 * A property that nobody reads is a dead key: its user sets it and nothing happens.
	 * What enables something is read by a condition.
	 */
	@Test
	void everyPropertyIsRead() {
		Set<JavaMethod> unread = CLASSES.stream()
			.filter(ArchitectureTests::holdsProperties)
			.flatMap((type) -> type.getMethods().stream())
			.filter((method) -> method.getName().matches("(get|is)[A-Z].*") && !method.getName().equals("isEnabled"))
			.filter((method) -> method.getAccessesToSelf().isEmpty() && method.getReferencesToSelf().isEmpty())
			.collect(Collectors.toSet());
		assertThat(unread).isEmpty();
	}

	private static boolean holdsProperties(JavaClass type) {
		return type.getSimpleName().equals("PoolSettings") || type.isAnnotatedWith(ConfigurationProperties.class)
				|| type.getEnclosingClass().filter(ArchitectureTests::holdsProperties).isPresent();
	}

	private static String[] concat(List<String> packages, String another) {
		return Stream.concat(packages.stream(), Stream.of(another)).toArray(String[]::new);
	}

}
