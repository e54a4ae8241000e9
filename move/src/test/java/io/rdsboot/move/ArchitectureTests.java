package io.rdsboot.move;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the house plan, as {@code io.rdsboot.ArchitectureTests} of the auto-configuration
 * does for the libraries that it knows: an assessment knows JDBC, and the
 * auto-configuration alone knows Spring.
 */
class ArchitectureTests {

	private static final String ROOT = "io.rdsboot.move";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void anAssessmentNeedsNoSpring() {
		noClasses().that()
			.resideInAPackage(ROOT + ".assess..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.rdsboot.autoconfigure..", ROOT + ".autoconfigure..")
			.check(CLASSES);
	}

	@Test
	void theStepsNeedNoSpringBoot() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "io.rdsboot.autoconfigure..", ROOT + ".autoconfigure..")
			.check(CLASSES);
	}

	@Test
	void theLinkKnowsNoStep() {
		noClasses().that()
			.resideInAnyPackage(ROOT, ROOT + ".replication..")
			.should()
			.dependOnClassesThat(
					resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(ROOT, ROOT + ".replication.."))))
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(CLASSES).isNotEmpty()
			.allMatch((type) -> type.getPackage().isAnnotatedWith(NullMarked.class), "is in a @NullMarked package");
	}

}
