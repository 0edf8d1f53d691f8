import edu.stanford.nlp.ling.CoreAnnotations;
import edu.stanford.nlp.pipeline.Annotation;
import edu.stanford.nlp.pipeline.AnnotationPipeline;
import edu.stanford.nlp.pipeline.POSTaggerAnnotator;
import edu.stanford.nlp.pipeline.TokenizerAnnotator;
import edu.stanford.nlp.time.TimeAnnotations;
import edu.stanford.nlp.time.TimeAnnotator;
import java.io.PrintStream;
import java.util.Properties;

/**
 * SUTime as a peer: SUTimePeer ARTICLES VERSION. It gets what it needs and no more: tokens and
 * sentences, parts of speech by the default tagger (left three words), and its rules as they come.
 * Neither lemmas nor names are asked for, so none of CoreNLP's larger models is loaded.
 */
public final class SUTimePeer {
    public static void main(String[] args) throws Exception {
        PrintStream out = Peer.answers();
        AnnotationPipeline pipeline = new AnnotationPipeline();
        pipeline.addAnnotator(new TokenizerAnnotator(false));
        pipeline.addAnnotator(new POSTaggerAnnotator(false));
        pipeline.addAnnotator(new TimeAnnotator("sutime", new Properties()));
        Peer.serve(out, args[1], args[0], (day, text) -> {
            Annotation d = new Annotation(text);
            d.set(CoreAnnotations.DocDateAnnotation.class, day);
            pipeline.annotate(d);
            return d.get(TimeAnnotations.TimexAnnotations.class).size();
        });
    }

    private SUTimePeer() {}
}
