// Stock styles first (generated list), then the faces and tokens, then ours.
import 'lab-styles';
import '../style/index.css';
