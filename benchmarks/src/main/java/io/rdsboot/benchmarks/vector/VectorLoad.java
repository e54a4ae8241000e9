package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.Contenders;
import io.rdsboot.benchmarks.vector.contender.Contest;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.TextLength;
import io.rdsboot.benchmarks.vector.data.VectorData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Program that writes and searches vectors through this library, Spring AI, LangChain4j
 * and hand-written JDBC, on one server, and compares their times and what they find with
 * the targets. Takes about half an hour:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-vectors
 * </pre>
 *
 * {@code -Dvectors.parts=load,upsert} runs only these {@linkplain Part parts},
 * {@code -Dvectors.dimensions=384} only with vectors of that size.
 */
public final class VectorLoad {

	private static final Logger logger = LoggerFactory.getLogger(VectorLoad.class);

	private VectorLoad() {
	}

	/**
	 * Runs the parts that {@code -Dvectors.parts} and {@code -Dvectors.dimensions} name,
	 * or all.
	 * @param args none
	 * @throws Exception if a contender fails
	 */
	public static void main(String[] args) throws Exception {
		Set<Part> parts = Part.named(System.getProperty("vectors.parts", ""));
		Set<DataShape> shapes = DataShape.named(System.getProperty("vectors.dimensions", ""));
		List<Figure> figures = new ArrayList<>();
		try (VectorDatabase database = VectorDatabase.start()) {
			for (DataShape shape : shapes) {
				figures.addAll(measure(database, shape, parts));
				if (parts.contains(Part.HYBRID)) {
					figures.addAll(measure(database, shape.withTexts(TextLength.SEGMENT), Set.of(Part.HYBRID)));
				}
			}
		}
		new Report("Vectors, medians over rounds [95 % confidence]", figures).publish();
	}

	private static List<Figure> measure(VectorDatabase database, DataShape shape, Set<Part> parts) throws Exception {
		List<Figure> figures = new ArrayList<>();
		VectorData data = new VectorData(shape);
		try (Contenders contenders = new Contenders(database, shape.dimensions())) {
			Contest contest = new Contest(database, contenders, data, data.rows().toList());
			for (Part part : parts) {
				List<Figure> measured = part.measurement().measure(contest);
				logger.info("{}", new Report("%s: %s".formatted(shape, part), measured));
				figures.addAll(measured);
			}
		}
		return figures;
	}

}
